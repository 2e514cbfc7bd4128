# Byte-pair frequencies of the dev text, each source weighing the same.
import subprocess,json,glob
from collections import Counter
import array,math
tot=[0.0]*(128*128)
fold=lambda b:((b>>6)<<5)|(b&31)   # drop bit 5
nsrc=0
for f in sorted(glob.glob('/work/shared/data/dev/*/*.zst')):
    if 'labelled' in f: continue
    p=subprocess.Popen(['zstd','-dc',f],stdout=subprocess.PIPE)
    c=Counter(); n=0
    for line in p.stdout:
        t=json.loads(line)['text'].encode()
        c.update(zip(t,t[1:])); n+=len(t)
        if n>2e6: break
    p.kill(); nsrc+=1
    for (a,b),k in c.items(): tot[fold(a)*128+fold(b)]+=k/n
s=sum(tot)
# stored as eighths of -log2(p), 255 for anything rarer than 2^-31.9
out=bytes(min(255,round(-8*math.log2(max(v/s,1e-12)))) for v in tot)
open('/work/main/src/prefilter/pairs.bin','wb').write(out)
print(nsrc, len(out))
