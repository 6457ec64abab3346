// Ports for servers that a test starts.
#pragma once

namespace schutznetz::testing {

// A port on loopback that nothing listens on, below the range from which the system takes ports for outgoing
// connections (ip_local_port_range, 32768 up): a server that is stopped and started again finds it free. It is this
// process's until it ends: no other call, here or in another test program, gets it. Ends the process when there is
// none.
int FreePort();

}  // namespace schutznetz::testing
