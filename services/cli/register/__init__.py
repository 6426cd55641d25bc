"""An office's register: read, checked, mapped, drafted and written back; nothing is sent here."""
