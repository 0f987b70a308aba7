// tests/litmus/bad/readback-without-invalidate over N bytes, each in an atom of
// its own: the device stores, a barrier takes the bytes to the host domain, the
// host waits and loads without an invalidate.
//
// The machine is docs/model.md's: store buffers, the two domains and the host's
// cached view. What hardware may do by itself is a process per atom.

#ifndef N
#define N 1
#endif

byte view[N], host_domain[N], device_domain[N], buffered[N], r[N];
bit in_buffer[N], device_ahead[N];
bit submitted, fence, barrier_done;
byte stored;

active proctype Host() {
  byte next = 0;
  submitted = 1;
  fence;
  do
  :: atomic { next < N -> r[next] = view[next]; next++ }
  :: atomic {
       next == N ->
       c_code {
         int i;
         printf("OUTCOME");
         for (i = 0; i < N; i++) printf(" host:r%d=%d", i, now.r[i]);
         printf("\n");
       };
       break
     }
  od
}

// Commands between which there is no barrier run in any order.
active [N] proctype Store() {
  byte k = _pid - 1;
  atomic { submitted -> buffered[k] = k + 1; in_buffer[k] = 1; stored++ }
}

active proctype Barrier() {
  byte k = 0;
  atomic {
    stored == N ->
    do
    :: k < N ->
       if
       :: in_buffer[k] ->
          device_domain[k] = buffered[k]; device_ahead[k] = 1; in_buffer[k] = 0
       :: else
       fi;
       if
       :: device_ahead[k] -> host_domain[k] = device_domain[k]; device_ahead[k] = 0
       :: else
       fi;
       k++
    :: else -> break
    od;
    k = 0;
    barrier_done = 1
  }
}

active proctype Fence() {
  atomic { barrier_done -> fence = 1 }
}

active [N] proctype Hardware() {
  byte k = _pid - N - 3;
end:
  do
  :: atomic { in_buffer[k] -> device_domain[k] = buffered[k]; device_ahead[k] = 1; in_buffer[k] = 0 }
  :: atomic { device_ahead[k] -> host_domain[k] = device_domain[k]; device_ahead[k] = 0 }
  :: atomic { view[k] != host_domain[k] -> view[k] = host_domain[k] }
  od
}
