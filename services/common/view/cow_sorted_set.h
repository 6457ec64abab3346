// A sorted set whose copies share almost everything: a copy costs one reference, a change copies one leaf and the root.
//
//   CowSortedSet<uint32_t> next = current;   // readers go on with `current`
//   next.Insert(stamp, 7);
//
// A leaf made under the writer's stamp is changed in place; leaves of other stamps are copied first. Each writer takes
// a new stamp after it has published, so that what readers see never changes. Reading needs no lock.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace schutznetz::view {

// Names one unpublished state of one writer. 0 is never one.
using WriterStamp = uint64_t;

// Thread compatible: const methods from any thread, changes by one.
template <typename T, typename Less = std::less<T>>
class CowSortedSet {
 public:
  CowSortedSet() = default;

  // `items` must be sorted and unique.
  static CowSortedSet FromSorted(const std::vector<T>& items) {
    CowSortedSet set;
    auto root = std::make_shared<Root>();
    for (size_t begin = 0; begin < items.size(); begin += kLeafFill) {
      auto leaf = std::make_shared<Leaf>();
      leaf->items.assign(items.begin() + begin, items.begin() + std::min(begin + kLeafFill, items.size()));
      root->firsts.push_back(leaf->items.front());
      root->leaves.push_back(std::move(leaf));
    }
    root->size = items.size();
    set.root_ = std::move(root);
    return set;
  }

  size_t size() const { return root_ ? root_->size : 0; }

  // False when it was there already.
  bool Insert(WriterStamp stamp, const T& item) {
    Root& root = OwnRoot(stamp);
    if (root.leaves.empty()) {
      root.leaves.push_back(NewLeaf(stamp));
      root.firsts.push_back(item);
    }
    const size_t at = LeafFor(root, item);
    if (Holds(*root.leaves[at], item)) return false;
    Leaf& leaf = OwnLeaf(stamp, root, at);
    leaf.items.insert(std::lower_bound(leaf.items.begin(), leaf.items.end(), item, Less()), item);
    root.firsts[at] = leaf.items.front();
    ++root.size;
    if (leaf.items.size() > kLeafMax) Split(stamp, root, at);
    return true;
  }

  // False when it was not there.
  bool Erase(WriterStamp stamp, const T& item) {
    if (!Contains(item)) return false;
    Root& root = OwnRoot(stamp);
    const size_t at = LeafFor(root, item);
    Leaf& leaf = OwnLeaf(stamp, root, at);
    leaf.items.erase(std::lower_bound(leaf.items.begin(), leaf.items.end(), item, Less()));
    --root.size;
    if (leaf.items.empty()) {
      root.leaves.erase(root.leaves.begin() + at);
      root.firsts.erase(root.firsts.begin() + at);
    } else {
      root.firsts[at] = leaf.items.front();
    }
    return true;
  }

  bool Contains(const T& item) const {
    return root_ && !root_->leaves.empty() && Holds(*root_->leaves[LeafFor(*root_, item)], item);
  }

  // Visits items in order, from the first that is not less than `from`, until `visit` returns false. `Less` must order
  // items against `from`.
  template <typename Key, typename Visit>
  void VisitFrom(const Key& from, Visit&& visit) const {
    if (!root_ || root_->leaves.empty()) return;
    size_t at = LeafFor(*root_, from);
    auto item = std::lower_bound(root_->leaves[at]->items.begin(), root_->leaves[at]->items.end(), from, Less());
    for (;;) {
      for (; item != root_->leaves[at]->items.end(); ++item) {
        if (!visit(*item)) return;
      }
      if (++at == root_->leaves.size()) return;
      item = root_->leaves[at]->items.begin();
    }
  }

  template <typename Visit>
  void VisitAll(Visit&& visit) const {
    if (!root_) return;
    for (const auto& leaf : root_->leaves) {
      for (const T& item : leaf->items) visit(item);
    }
  }

 private:
  static constexpr size_t kLeafMax = 256;
  static constexpr size_t kLeafFill = 192;  // of a bulk build: room for some insertions

  struct Leaf {
    WriterStamp stamp = 0;
    std::vector<T> items;
  };
  struct Root {
    WriterStamp stamp = 0;
    std::vector<std::shared_ptr<Leaf>> leaves;  // none is empty
    // Of each leaf: side by side, so that a search reads few lines of memory, not every leaf.
    std::vector<T> firsts;
    size_t size = 0;
  };

  static std::shared_ptr<Leaf> NewLeaf(WriterStamp stamp) {
    auto leaf = std::make_shared<Leaf>();
    leaf->stamp = stamp;
    return leaf;
  }

  // The last leaf whose first item is not above `key`; the first leaf when there is none.
  template <typename Key>
  static size_t LeafFor(const Root& root, const Key& key) {
    const auto after = std::upper_bound(root.firsts.begin() + 1, root.firsts.end(), key, Less());
    return static_cast<size_t>(after - root.firsts.begin()) - 1;
  }

  static bool Holds(const Leaf& leaf, const T& item) {
    return std::binary_search(leaf.items.begin(), leaf.items.end(), item, Less());
  }

  Root& OwnRoot(WriterStamp stamp) {
    if (!root_) root_ = std::make_shared<Root>();
    if (root_->stamp != stamp) {
      root_ = std::make_shared<Root>(*root_);
      root_->stamp = stamp;
    }
    return *root_;
  }

  static Leaf& OwnLeaf(WriterStamp stamp, Root& root, size_t at) {
    if (root.leaves[at]->stamp != stamp) {
      root.leaves[at] = std::make_shared<Leaf>(*root.leaves[at]);
      root.leaves[at]->stamp = stamp;
    }
    return *root.leaves[at];
  }

  static void Split(WriterStamp stamp, Root& root, size_t at) {
    auto upper = NewLeaf(stamp);
    std::vector<T>& lower = root.leaves[at]->items;
    upper->items.assign(lower.begin() + lower.size() / 2, lower.end());
    lower.resize(lower.size() / 2);
    root.firsts.insert(root.firsts.begin() + at + 1, upper->items.front());
    root.leaves.insert(root.leaves.begin() + at + 1, std::move(upper));
  }

  std::shared_ptr<Root> root_;
};

}  // namespace schutznetz::view
