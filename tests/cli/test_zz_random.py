import tempfile, uuid
from pathlib import Path
from hypothesis import given, settings, HealthCheck
from tests.cli.register.registers import registers, TODAY
from services.cli.exchange.exporting import Export
from services.cli.exchange.importing import Import
from services.cli.exchange.office import Office
from services.cli.register.rows import read_register
from services.cli.register.writing import write_workbook
from services.cli.running import Platform
from collections import Counter
from msgspec.structs import replace
def norm(rows): return {m.sheet: Counter(repr((r.says(), r.own)) for r in v) for m,v in rows.items() if v}
N=[0]
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(registers())
def test_x(reg):
    N[0]+=1
    e="h-"+uuid.uuid4().hex[:10]
    with tempfile.TemporaryDirectory() as d, Platform(8765,e) as t:
        p=Path(d)/'a.xlsx'; write_workbook(p,reg)
        o=Office(t,e)
        rep=Import(o).run([p])
        read=read_register([p],seal=o.seal())
        if rep.refused: 
            print("REFUSED",[r for r in rep.remarks if r.severity=='error'][:4]); return
        import time
        for _ in range(100):
            out=Export(o).run()
            if sum(map(len,out.values()))>=sum(map(len,read.rows.values())): break
            time.sleep(.05)
        a,b=norm(read.rows),norm(out)
        assert a==b, {k:(list((a.get(k,Counter())-b.get(k,Counter())))[:2],list((b.get(k,Counter())-a.get(k,Counter())))[:2]) for k in a|b if a.get(k)!=b.get(k)}
        q=Path(d)/'b.xlsx'; write_workbook(q,out)
        again=Import(o).run([q])
        assert again.added==0 and not again.refused, again.told()
        assert not [r for r in again.remarks if 'diffère' in r.what], again.remarks
