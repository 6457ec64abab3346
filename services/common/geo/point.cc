#include "services/common/geo/point.h"

#include <algorithm>
#include <cmath>

#include "s2/s1angle.h"
#include "s2/s1chord_angle.h"
#include "s2/s2cap.h"
#include "s2/s2cell_id.h"
#include "s2/s2earth.h"
#include "s2/s2latlng.h"
#include "s2/s2latlng_rect.h"
#include "s2/s2point.h"

namespace schutznetz::geo {
namespace {

S2LatLng ToLatLng(const Point& point) { return S2LatLng::FromDegrees(point.latitude, point.longitude); }

}  // namespace

bool IsValid(const Point& point) {
  return std::isfinite(point.latitude) && std::isfinite(point.longitude) && std::abs(point.latitude) <= 90 &&
         std::abs(point.longitude) <= 180;
}

double DistanceMetres(const Point& from, const Point& to) {
  return SquaredChordToMetres(SquaredChord(ToUnitVector(from), ToUnitVector(to)));
}

UnitVector ToUnitVector(const Point& point) {
  const S2Point p = ToLatLng(point).ToPoint();
  return {p.x(), p.y(), p.z()};
}

double SquaredChordToMetres(double squared_chord) {
  return S2Earth::ToMeters(S1ChordAngle::FromLength2(std::min(squared_chord, 4.0)).ToAngle());
}

double MetresToSquaredChord(double metres) {
  if (metres < 0) return -1;
  const double angle = metres / S2Earth::RadiusMeters();
  if (!(angle < M_PI)) return kWholeEarth;
  const double half = std::sin(angle / 2);
  return 4 * half * half;
}

uint64_t CurvePosition(const UnitVector& point) { return S2CellId(S2Point(point.x, point.y, point.z)).id(); }

Bounds BoundsOfCap(const Point& centre, double radius_m) {
  const S1Angle radius = S2Earth::ToAngle(util::units::Meters(radius_m));
  const S2LatLngRect rect = S2Cap(ToLatLng(centre).ToPoint(), radius).GetRectBound();
  return {rect.lat_lo().degrees(), rect.lng_lo().degrees(), rect.lat_hi().degrees(), rect.lng_hi().degrees()};
}

}  // namespace schutznetz::geo
