// A CowSortedSet in the hands of its writer: what is put in before it is first asked for is sorted once, not one by
// one.
#pragma once

#include <algorithm>
#include <vector>

#include "services/common/view/cow_sorted_set.h"

namespace schutznetz::view {

template <typename T>
class GrowingSet {
 public:
  void Insert(WriterStamp stamp, const T& item) {
    if (sorted_) {
      set_.Insert(stamp, item);
    } else {
      first_.push_back(item);
    }
  }

  void Erase(WriterStamp stamp, const T& item) {
    Sort();
    set_.Erase(stamp, item);
  }

  // Copy it into a version: later changes under another stamp do not touch the copy.
  const CowSortedSet<T>& set() {
    Sort();
    return set_;
  }

 private:
  void Sort() {
    if (sorted_) return;
    std::sort(first_.begin(), first_.end());
    const auto same = [](const T& a, const T& b) { return !(a < b) && !(b < a); };
    first_.erase(std::unique(first_.begin(), first_.end(), same), first_.end());
    set_ = CowSortedSet<T>::FromSorted(first_);
    std::vector<T>().swap(first_);
    sorted_ = true;
  }

  bool sorted_ = false;
  std::vector<T> first_;
  CowSortedSet<T> set_;
};

}  // namespace schutznetz::view
