// Joins the places of postcodes and finds the centres of Kreise.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "schutznetz/directory/v1/area.pb.h"

namespace schutznetz::directory {

// Adds the parts of `other`, which has the same code, to `postcode`. A part with the same area and place name replaces
// the old one. Parts are kept in the order of area key and place name, so that the result does not depend on the order
// of the file.
void MergePostcode(const v1::Postcode& other, v1::Postcode& postcode);

// The centre of each Kreis that the postcodes name: the mean of its postcode points, where the point of a postcode is
// the mean of its places in that Kreis.
std::map<std::string, common::v1::LatLng> KreisCenters(const std::vector<v1::Postcode>& postcodes);

}  // namespace schutznetz::directory
