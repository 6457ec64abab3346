// Settings of packaged libraries that hold for a whole program.
#pragma once

namespace schutznetz::config {

// To be called first in every server program, before any thread starts.
//
// Debian builds Abseil without NDEBUG, so that each of its mutexes, and gRPC takes several for every call, keeps
// account of the order of locks to report deadlocks. That costs several percent of a small call. The mutexes of this
// project are not Abseil's, so nothing of ours is watched less; the sanitizers look for deadlocks as before.
void PrepareLibraries();

}  // namespace schutznetz::config
