// tests/litmus/bad/upload-without-flush over N bytes, each in an atom of its
// own: the host stores, submits without a flush and waits; the device loads.
//
// The machine is docs/model.md's: a cached view over the host domain, the device
// domain, and the device's read cache. What hardware may do by itself is a
// process per atom.

#ifndef N
#define N 1
#endif

byte view[N], host_domain[N], device_domain[N], read_cache[N], r[N];
bit dirty[N], host_ahead[N];
bit submitted, fence;
byte loaded;

active proctype Host() {
  byte stored = 0;
  byte k = 0;
  do
  :: atomic { stored < N -> view[stored] = stored + 1; dirty[stored] = 1; stored++ }
  :: atomic {
       stored == N && !submitted ->
       do
       :: k < N ->
          if
          :: host_ahead[k] -> device_domain[k] = host_domain[k]; host_ahead[k] = 0
          :: else
          fi;
          read_cache[k] = device_domain[k];
          k++
       :: else -> break
       od;
       k = 0;
       submitted = 1;
       break
     }
  od;
  atomic {
    fence ->
    c_code {
      int i;
      printf("OUTCOME");
      for (i = 0; i < N; i++) printf(" q:r%d=%d", i, now.r[i]);
      printf("\n");
    }
  }
}

// Commands between which there is no barrier run in any order.
active [N] proctype Load() {
  byte k = _pid - 1;
  atomic { submitted -> r[k] = read_cache[k]; loaded++ }
}

active proctype Fence() {
  atomic { loaded == N -> fence = 1 }
}

active [N] proctype Hardware() {
  byte k = _pid - N - 2;
end:
  do
  :: atomic { dirty[k] -> host_domain[k] = view[k]; host_ahead[k] = 1; dirty[k] = 0 }
  :: atomic { !dirty[k] && view[k] != host_domain[k] -> view[k] = host_domain[k] }
  :: atomic { host_ahead[k] -> device_domain[k] = host_domain[k]; host_ahead[k] = 0 }
  :: atomic { read_cache[k] != device_domain[k] -> read_cache[k] = device_domain[k] }
  od
}
