-- When an establishment leaves, its sources prove nothing any more and nobody is recognised.
grant delete on source_tokens to :"service";
