#include "services/common/view/published.h"

namespace schutznetz::view {

uint64_t NextPublisherId() {
  static std::atomic<uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace schutznetz::view
