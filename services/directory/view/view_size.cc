// How long a view of a generated directory takes to build, what it holds per service, and what reads of it cost in
// process.
//
// usage: directory_view_size FOLDER       (written by bench_generate)
#include <google/protobuf/util/delimited_message_util.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "schutznetz/directory/v1/location.pb.h"
#include "schutznetz/directory/v1/network.pb.h"
#include "schutznetz/directory/v1/organization.pb.h"
#include "schutznetz/directory/v1/service.pb.h"
#include "schutznetz/directory/v1/service_at_location.pb.h"
#include "services/directory/domain/directory_rules.h"
#include "services/directory/view/version_builder.h"

namespace schutznetz::directory {
namespace {

using Steady = std::chrono::steady_clock;

double MillisecondsSince(Steady::time_point start) {
  return std::chrono::duration<double, std::milli>(Steady::now() - start).count();
}

size_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  size_t pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * 4096;
}

template <typename Request, typename TakeResource>
std::vector<record::Record> ReadRecords(const std::string& file, const char* kind, TakeResource take) {
  std::vector<record::Record> records;
  std::ifstream in(file, std::ios::binary);
  google::protobuf::io::IstreamInputStream stream(&in);
  for (Request request; google::protobuf::util::ParseDelimitedFromZeroCopyStream(&request, &stream, nullptr);
       request.Clear()) {
    record::Record record{.key = {kind, ""}, .create_us = 1, .update_us = 1, .public_update_us = 1};
    record.body = take(request, &record.key.id);
    records.push_back(std::move(record));
  }
  return records;
}

std::vector<std::vector<record::Record>> ReadAll(const std::string& folder) {
  std::vector<std::vector<record::Record>> all;
  all.push_back(ReadRecords<v1::CreateOrganizationRequest>(
      folder + "/organizations.bin", "organization", [](v1::CreateOrganizationRequest& request, std::string* id) {
        *id = request.organization_id();
        request.mutable_organization()->set_name("organizations/" + *id);
        return request.organization().SerializeAsString();
      }));
  all.push_back(ReadRecords<v1::CreateLocationRequest>(folder + "/locations.bin", "location",
                                                       [](v1::CreateLocationRequest& request, std::string* id) {
                                                         *id = request.location_id();
                                                         request.mutable_location()->set_name("locations/" + *id);
                                                         return request.location().SerializeAsString();
                                                       }));
  all.push_back(ReadRecords<v1::CreateServiceRequest>(folder + "/services.bin", "service",
                                                      [](v1::CreateServiceRequest& request, std::string* id) {
                                                        *id = request.service_id();
                                                        request.mutable_service()->set_name("services/" + *id);
                                                        return request.service().SerializeAsString();
                                                      }));
  all.push_back(ReadRecords<v1::CreateServiceAtLocationRequest>(
      folder + "/joins.bin", "serviceAtLocation", [](v1::CreateServiceAtLocationRequest& request, std::string* id) {
        *id = request.service_at_location_id();
        request.mutable_service_at_location()->set_name("serviceAtLocations/" + *id);
        return request.service_at_location().SerializeAsString();
      }));
  return all;
}

int Main(const std::string& folder) {
  const auto tables =
      wire::Tables::Build({v1::Organization::descriptor(), v1::Location::descriptor(), v1::Service::descriptor(),
                           v1::ServiceAtLocation::descriptor(), v1::Network::descriptor()});
  if (!tables.ok()) return 1;
  const DirectoryRules rules(**tables);
  std::vector<std::vector<record::Record>> all = ReadAll(folder);
  const size_t services = all[2].size();
  size_t wire_bytes = 0;
  for (const auto& records : all) {
    for (const record::Record& record : records) wire_bytes += record.body.size();
  }
  const size_t before = ResidentBytes();
  const auto start = Steady::now();
  VersionBuilder builder(rules.all());
  builder.SetPlaces(std::make_shared<const PlaceResolver>(PlaceResolver::Build({}, {})), absl::CivilDay(2026, 11, 21));
  for (std::vector<record::Record>& records : all) {
    for (const record::Record& record : records) {
      if (!builder.Put(record).ok()) return 1;
    }
  }
  const double put_ms = MillisecondsSince(start);
  const auto version = builder.Finish({1, 1});
  if (!version.ok()) return 1;
  const double total_ms = MillisecondsSince(start);
  const double held = static_cast<double>(ResidentBytes() - before) / static_cast<double>(services);
  const double wire = static_cast<double>(wire_bytes) / static_cast<double>(services);
  std::printf(
      "services %zu\nbuild_ms %.0f (of it reading %.0f)\nbytes_per_service %.0f\nwire_bytes_per_service %.0f\n"
      "over_wire_per_service %.0f\nindex_bytes_per_service %.0f\n",
      services, total_ms, put_ms, held, wire, held - wire,
      static_cast<double>((*version)->shown_index->MemoryBytes()) / static_cast<double>(services));
  return 0;
}

}  // namespace
}  // namespace schutznetz::directory

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: directory_view_size FOLDER\n");
    return 2;
  }
  return schutznetz::directory::Main(argv[1]);
}
