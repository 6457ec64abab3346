// German sentences of the ladder.
#pragma once

#include <string>
#include <string_view>

#include "schutznetz/directory/v1/area.pb.h"
#include "services/directory/places/place_resolver.h"

namespace schutznetz::directory {

inline constexpr std::string_view kEmergencyNumber = "110";
inline constexpr std::string_view kEmergencyText = "Notruf der Polizei, immer erreichbar. Bei Gefahr sofort wählen.";

// "Zuständig für Münster.", "Zuständig für Kreis Borken.", "Bundesweit zuständig."
std::string CompetenceText(const v1::Area& area, const AreaChain& chain);

// "Nächstgelegene Fachberatung, etwa 12 km entfernt."
std::string NearestText(double distance_m);

}  // namespace schutznetz::directory
