// What a channel to a server speaks.
#pragma once

#include "gateway/upstream/channel_pool.h"

struct grpc_channel_credentials;

namespace schutznetz::gateway {

// Mutual TLS with options.tls, where the server's certificate must name options.server; plain text where no files are
// given. The caller releases it.
grpc_channel_credentials* CredentialsFor(const ChannelOptions& options);

}  // namespace schutznetz::gateway
