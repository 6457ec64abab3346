#pragma once

#include <cstdint>

// Points on the earth and distances between them. Distances are great-circle metres on a sphere of the earth's mean
// radius: within 0.5 % of the ellipsoid, far below what "nearest" needs. All functions are pure and thread safe.

namespace schutznetz::geo {

// WGS 84 degrees.
struct Point {
  double latitude = 0;   // -90 … 90
  double longitude = 0;  // -180 … 180

  friend bool operator==(const Point&, const Point&) = default;
};

// Finite and inside the ranges above. Every other function here expects a valid point.
bool IsValid(const Point& point);

double DistanceMetres(const Point& from, const Point& to);

// A unit vector: what the indexes compute with. Squared straight-line ("chord") distances between unit vectors order
// exactly like great-circle distances and cost three multiplications.
struct UnitVector {
  double x = 0, y = 0, z = 0;
};

UnitVector ToUnitVector(const Point& point);

inline double SquaredChord(const UnitVector& a, const UnitVector& b) {
  const double dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
  return dx * dx + dy * dy + dz * dz;
}

// Metres along the sphere for a squared chord (0 … 4) and back. Both are monotone. Half way around the earth and more
// gives kWholeEarth, a negative length -1: bounds that everything and nothing keeps.
inline constexpr double kWholeEarth = 5;
double SquaredChordToMetres(double squared_chord);
double MetresToSquaredChord(double metres);

// The place of a point on S2's Hilbert curve: points with near values are near each other.
uint64_t CurvePosition(const UnitVector& point);

// A box in degrees that holds every point within `radius_m` of `centre`. It may cross the date line (west > east) and
// covers all longitudes when a pole is inside. For maps and rough outside filters; the indexes do not need it.
struct Bounds {
  double south = 0, west = 0, north = 0, east = 0;
};
Bounds BoundsOfCap(const Point& centre, double radius_m);

}  // namespace schutznetz::geo
