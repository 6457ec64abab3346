#include "gateway/http/ip_address.h"

#include <gtest/gtest.h>

namespace schutznetz::gateway {
namespace {

IpAddress Address(const char* text) { return IpAddress::Parse(text).value(); }

TEST(IpAddress, ParsesBothFamilies) {
  EXPECT_TRUE(Address("192.0.2.1").is_v4());
  EXPECT_FALSE(Address("2001:db8::1").is_v4());
  EXPECT_EQ(Address("192.0.2.1"), Address("::ffff:192.0.2.1"));
  for (const char* text : {"", "192.0.2", "192.0.2.1:80", "[::1]", "fe80::1%eth0", "localhost", "1.2.3.4 "}) {
    EXPECT_FALSE(IpAddress::Parse(text).has_value()) << text;
  }
}

TEST(IpAddress, LimitsCountWholeV4AddressesAndV6Networks) {
  EXPECT_NE(Address("192.0.2.1").LimitKey(), Address("192.0.2.2").LimitKey());
  EXPECT_EQ(Address("2001:db8:1:2::1").LimitKey(), Address("2001:db8:1:2:ffff::9").LimitKey());
  EXPECT_NE(Address("2001:db8:1:2::1").LimitKey(), Address("2001:db8:1:3::1").LimitKey());
}

TEST(IpNetworks, ContainsItsMembersOnly) {
  const IpNetworks networks = *IpNetworks::Parse({"10.0.0.0/8", "192.0.2.7", "2001:db8::/33", "::1"});
  for (const char* in : {"10.1.2.3", "192.0.2.7", "2001:db8:7fff::1", "::1"}) {
    EXPECT_TRUE(networks.Contains(Address(in))) << in;
  }
  for (const char* out : {"11.0.0.1", "192.0.2.8", "2001:db8:8000::1", "::2", "::10.1.2.3"}) {
    EXPECT_FALSE(networks.Contains(Address(out))) << out;
  }
}

TEST(IpNetworks, NamesTheBadOne) {
  for (const char* bad : {"10.0.0.0/33", "10.0.0.0/-1", "x/8", "::1/129", "10.0.0.0/x", ""}) {
    EXPECT_FALSE(IpNetworks::Parse({"::1", bad}).ok()) << bad;
  }
}

}  // namespace
}  // namespace schutznetz::gateway
