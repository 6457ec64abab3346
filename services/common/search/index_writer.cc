#include "services/common/search/index_writer.h"

#include <algorithm>
#include <mutex>
#include <roaring/roaring.hh>
#include <span>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "services/common/search/index_state.h"
#include "services/common/search/segment_builder.h"
#include "services/common/search/segment_merger.h"

namespace schutznetz::search {
namespace {

// A small segment stands beside its predecessor while it is smaller than a quarter of it.
constexpr uint32_t kDeltaRatio = 4;

// Loading indexes this many documents at a time, so that it needs little besides the outcome.
constexpr size_t kLoadChunk = 32'768;

// Below this many documents a base is rebuilt for few others: statistics of almost nothing say nothing.
constexpr size_t kSmallBase = 256;

// Deletes slots from segments whose deletion bitmaps others read: on copies, which Finish puts in place.
class Deletions {
 public:
  explicit Deletions(std::vector<LiveSegment>* segments) : segments_(segments), copies_(segments->size()) {}

  void Delete(uint32_t slot) {
    for (size_t i = 0; i < copies_.size(); ++i) {
      const LiveSegment& live = (*segments_)[i];
      const std::optional<uint32_t> ordinal = live.segment->Find(slot);
      if (!ordinal.has_value() || !live.IsLive(*ordinal)) continue;
      if (copies_[i] == nullptr) {
        copies_[i] = live.deleted == nullptr ? std::make_shared<Roaring>() : std::make_shared<Roaring>(*live.deleted);
      }
      copies_[i]->add(*ordinal);
      return;
    }
  }

  void Finish() {
    for (size_t i = 0; i < copies_.size(); ++i) {
      if (copies_[i] != nullptr) (*segments_)[i].deleted = std::move(copies_[i]);
    }
  }

 private:
  std::vector<LiveSegment>* segments_;
  std::vector<std::shared_ptr<Roaring>> copies_;  // by segment; null: nothing deleted here
};

size_t FirstOfDelta(const IndexState& state) { return (state.has_base ? 1 : 0) + state.middles; }

// The delta's documents.
size_t DeltaDocuments(const IndexState& state) {
  size_t documents = 0;
  for (size_t i = FirstOfDelta(state); i < state.segments.size(); ++i) {
    documents += state.segments[i].live();
  }
  return documents;
}

}  // namespace

struct IndexWriter::State {
  IndexOptions options;
  std::mutex merging;  // taken before `lock`, for the whole of a merge
  mutable std::mutex lock;
  std::shared_ptr<const IndexVersion> current;
  std::unique_ptr<Derivations> derivations;  // of the current lexicon; used by Apply
  size_t frozen = 0;                         // so many segments belong to a merge that is going on

  enum class Due { kNothing, kMiddle, kBase };

  const IndexState& state() const { return *current->state_; }

  std::shared_ptr<const IndexVersion> Publish(IndexState next) {
    if (derivations == nullptr || derivations->lexicon() != next.lexicon) {
      derivations = std::make_unique<Derivations>(next.lexicon);
    }
    current.reset(new IndexVersion(std::make_unique<const IndexState>(std::move(next))));
    return current;
  }

  // The end of a merge.
  std::shared_ptr<const IndexVersion> Install(IndexState next) {
    frozen = 0;
    return Publish(std::move(next));
  }

  Due WhatIsDue() const {
    const IndexState& now = state();
    const size_t base = now.has_base ? now.segments[0].live() : 0;
    const size_t others = now.live() - base;
    const size_t deleted = now.has_base ? now.segments[0].segment->size() - base : 0;
    if (std::max(others, deleted) * 4 > std::max(base, kSmallBase)) return Due::kBase;
    return DeltaDocuments(now) >= options.delta_documents ? Due::kMiddle : Due::kNothing;
  }

  void MergeDelta(IndexState* next);
  IndexState Freeze();
  std::shared_ptr<const IndexVersion> MergeMiddle();
  std::shared_ptr<const IndexVersion> MergeBase();
};

namespace {

// Puts `merged`, made of segments [first, first + count) as they were in `seen`, in their place in `next`. What was
// deleted from them since is deleted from it.
void Replace(size_t first, size_t count, std::shared_ptr<const Segment> merged, const IndexState& seen,
             IndexState* next) {
  Roaring deleted;
  for (size_t i = first; i < first + count; ++i) {
    const LiveSegment& before = seen.segments[i];
    const LiveSegment& now = next->segments[i];
    if (now.deleted == nullptr || now.deleted == before.deleted) continue;
    for (uint32_t ordinal : *now.deleted) {
      if (before.IsLive(ordinal)) deleted.add(*merged->Find(now.segment->slots[ordinal]));
    }
  }
  LiveSegment one{std::move(merged), nullptr};
  if (!deleted.isEmpty()) one.deleted = std::make_shared<const Roaring>(std::move(deleted));
  const auto begin = next->segments.begin() + static_cast<std::ptrdiff_t>(first);
  next->segments.insert(next->segments.erase(begin, begin + static_cast<std::ptrdiff_t>(count)), std::move(one));
}

// Of several documents with one slot the last.
std::vector<const Document*> LastOfEachSlot(const std::vector<Document>& documents) {
  absl::flat_hash_map<uint32_t, const Document*> last;
  for (const Document& document : documents) last[document.slot] = &document;
  std::vector<const Document*> result;
  result.reserve(last.size());
  for (const Document& document : documents) {
    if (last[document.slot] == &document) result.push_back(&document);
  }
  return result;
}

}  // namespace

// Keeps the delta a list of segments of falling size, none larger than the delta may be.
void IndexWriter::State::MergeDelta(IndexState* next) {
  const size_t first = std::max(FirstOfDelta(*next), frozen);
  std::vector<LiveSegment>& segments = next->segments;
  const auto empty = [](const LiveSegment& live) { return live.live() == 0; };
  segments.erase(std::remove_if(segments.begin() + static_cast<std::ptrdiff_t>(first), segments.end(), empty),
                 segments.end());
  if (segments.size() <= first + 1) return;
  size_t begin = segments.size() - 1;
  size_t documents = segments[begin].live();
  while (begin > first && documents * kDeltaRatio >= segments[begin - 1].live() &&
         documents + segments[begin - 1].live() <= options.delta_documents) {
    documents += segments[--begin].live();
  }
  if (begin + 1 == segments.size()) return;
  LiveSegment merged{MergeSegments(std::span(segments).subspan(begin), derivations.get()), nullptr};
  segments.resize(begin);
  segments.push_back(std::move(merged));
}

// Makes Apply leave the present segments where they are, until Install.
IndexState IndexWriter::State::Freeze() {
  const std::lock_guard<std::mutex> hold(lock);
  frozen = state().segments.size();
  return state();
}

std::shared_ptr<const IndexVersion> IndexWriter::State::MergeMiddle() {
  const IndexState seen = Freeze();
  const size_t first = seen.has_base ? 1 : 0;
  const size_t count = seen.segments.size() - first;
  Derivations own(seen.lexicon);
  std::shared_ptr<const Segment> merged = MergeSegments(std::span(seen.segments).subspan(first), &own);
  const std::lock_guard<std::mutex> hold(lock);
  IndexState next = state();
  Replace(first, count, std::move(merged), seen, &next);
  next.middles = 1;
  return Install(std::move(next));
}

std::shared_ptr<const IndexVersion> IndexWriter::State::MergeBase() {
  const IndexState seen = Freeze();
  Merged merged = MergeAndLearn(seen.segments);
  const std::lock_guard<std::mutex> hold(lock);
  IndexState next = state();
  Replace(0, seen.segments.size(), std::move(merged.segment), seen, &next);
  // What came meanwhile was taken apart with the old lexicon.
  Derivations own(merged.lexicon);
  for (size_t i = 1; i < next.segments.size(); ++i) {
    next.segments[i] = {MergeSegments(std::span(next.segments).subspan(i, 1), &own), nullptr};
  }
  next.middles = 0;
  next.has_base = true;
  ++next.base_number;
  next.lexicon = std::move(merged.lexicon);
  return Install(std::move(next));
}

IndexWriter::IndexWriter(IndexOptions options) : state_(std::make_unique<State>()) {
  options.delta_documents = std::clamp<size_t>(options.delta_documents, 1, 65'536);
  state_->options = std::move(options);
  IndexState empty;
  empty.lexicon = Lexicon::Make({});
  state_->Install(std::move(empty));
}

IndexWriter::~IndexWriter() = default;

std::shared_ptr<const IndexVersion> IndexWriter::current() const {
  const std::lock_guard<std::mutex> hold(state_->lock);
  return state_->current;
}

std::shared_ptr<const IndexVersion> IndexWriter::Load(const std::function<bool(Document*)>& next) {
  const std::lock_guard<std::mutex> merging(state_->merging);
  std::vector<LiveSegment> chunks;
  SegmentBuilder builder(state_->options);
  Roaring in_chunk;
  const auto flush = [&] {
    Deletions deletions(&chunks);
    for (uint32_t slot : in_chunk) deletions.Delete(slot);
    deletions.Finish();
    chunks.push_back({builder.Build(nullptr), nullptr});
    builder = SegmentBuilder(state_->options);
    in_chunk = Roaring();
  };
  for (Document document; next(&document); document = Document()) {
    if (builder.documents() == kLoadChunk || in_chunk.contains(document.slot)) flush();
    in_chunk.add(document.slot);
    builder.Add(document);
  }
  flush();
  Merged merged = MergeAndLearn(chunks);
  const std::lock_guard<std::mutex> hold(state_->lock);
  IndexState loaded;
  loaded.segments.push_back({std::move(merged.segment), nullptr});
  loaded.has_base = true;
  loaded.base_number = state_->state().base_number + 1;
  loaded.lexicon = std::move(merged.lexicon);
  return state_->Install(std::move(loaded));
}

std::shared_ptr<const IndexVersion> IndexWriter::Apply(const Batch& batch) {
  const std::lock_guard<std::mutex> hold(state_->lock);
  IndexState next = state_->state();
  const std::vector<const Document*> documents = LastOfEachSlot(batch.documents);
  Deletions deletions(&next.segments);
  for (uint32_t slot : batch.deleted_slots) deletions.Delete(slot);
  for (const Document* document : documents) deletions.Delete(document->slot);
  deletions.Finish();
  if (!documents.empty()) {
    SegmentBuilder builder(state_->options);
    for (const Document* document : documents) builder.Add(*document);
    next.segments.push_back({builder.Build(state_->derivations.get()), nullptr});
  }
  state_->MergeDelta(&next);
  return state_->Publish(std::move(next));
}

bool IndexWriter::MergeDue() const {
  const std::lock_guard<std::mutex> hold(state_->lock);
  return state_->WhatIsDue() != State::Due::kNothing;
}

std::shared_ptr<const IndexVersion> IndexWriter::Merge() {
  const std::lock_guard<std::mutex> merging(state_->merging);
  State::Due due;
  {
    const std::lock_guard<std::mutex> hold(state_->lock);
    due = state_->WhatIsDue();
    if (due == State::Due::kNothing) return state_->current;
  }
  return due == State::Due::kBase ? state_->MergeBase() : state_->MergeMiddle();
}

std::shared_ptr<const IndexVersion> IndexWriter::Rebuild() {
  const std::lock_guard<std::mutex> merging(state_->merging);
  return state_->MergeBase();
}

}  // namespace schutznetz::search
