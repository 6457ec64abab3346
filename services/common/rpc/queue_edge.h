// Where a thread gives something to a completion queue and another takes it out.
//
// The packaged gRPC is compiled without the thread sanitizer, which therefore does not see that the queue orders both
// threads. These say so; in other builds they do nothing.
#pragma once

#ifdef SCHUTZNETZ_TSAN
extern "C" void __tsan_acquire(void* address);
extern "C" void __tsan_release(void* address);
extern "C" void __tsan_ignore_thread_begin();
extern "C" void __tsan_ignore_thread_end();
#endif

namespace schutznetz::rpc {

// Around the tag, in the call that hands it over: queue->Next returns it later, perhaps elsewhere.
inline void* Given(void* tag) {
#ifdef SCHUTZNETZ_TSAN
  __tsan_release(tag);
#endif
  return tag;
}

// Around the tag that came out.
inline void* Taken(void* tag) {
#ifdef SCHUTZNETZ_TSAN
  __tsan_acquire(tag);
#endif
  return tag;
}

// Lives while gRPC's inline code makes an operation of what it was given: it writes into the call after Given said that
// the call is handed over, and before the queue has it. Nothing of ours may be evaluated meanwhile.
class Handing {
 public:
  Handing() {
#ifdef SCHUTZNETZ_TSAN
    __tsan_ignore_thread_begin();
#endif
  }
  ~Handing() {
#ifdef SCHUTZNETZ_TSAN
    __tsan_ignore_thread_end();
#endif
  }
  Handing(const Handing&) = delete;
  Handing& operator=(const Handing&) = delete;
};

}  // namespace schutznetz::rpc
