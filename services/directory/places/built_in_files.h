// The files of data/ as they were at build time (embed_data.cmake). Lines that begin with # are comments; columns are
// cut by tabs.
#pragma once

#include <string_view>

namespace schutznetz::directory::built_in {

extern const std::string_view laender_tsv;
extern const std::string_view regions_tsv;
extern const std::string_view kreise_tsv;
extern const std::string_view towns_tsv;
extern const std::string_view aliases_tsv;
extern const std::string_view city_districts_tsv;
extern const std::string_view city_postcodes_tsv;
extern const std::string_view postcodes_tsv;
extern const std::string_view postcode_regions_tsv;

}  // namespace schutznetz::directory::built_in
