#include "gateway/filters/http_list.h"

namespace schutznetz::gateway {
namespace {

// "1", "0.5", "0.125".
int ParseWeight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  int weight = (text[0] - '0') * 1000;
  if (text.size() > 1 && text[1] != '.') return 0;
  int unit = 100;
  for (size_t i = 2; i < text.size(); ++i, unit /= 10) {
    if (!IsDigit(text[i])) return 0;
    weight += (text[i] - '0') * unit;
  }
  return weight <= 1000 ? weight : 0;
}

}  // namespace

WeightedItem NextWeightedItem(std::string_view* list) {
  std::string_view element = NextElement(list);
  WeightedItem item;
  const size_t end = element.find(';');
  item.name = Trim(element.substr(0, end));
  while (element.find(';') != std::string_view::npos) {
    element.remove_prefix(element.find(';') + 1);
    const std::string_view parameter = Trim(element.substr(0, element.find(';')));
    if (parameter.size() >= 2 && ToLower(parameter[0]) == 'q' && parameter[1] == '=') {
      item.weight = ParseWeight(parameter.substr(2));
    }
  }
  return item;
}

}  // namespace schutznetz::gateway
