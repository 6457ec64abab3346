#include "services/events/view/publication_view.h"

#include <utility>
#include <vector>

#include "services/common/errors/macros.h"
#include "services/common/view/followed_view.h"
#include "services/common/view/record_reader.h"
#include "services/events/view/publication_builder.h"

namespace schutznetz::events {
namespace {

bool IsPublication(std::string_view kind) { return kind == kPublicationKind; }

}  // namespace

class PublicationContent final : public view::Content<PublicationBuilder> {
 public:
  PublicationContent(const PublicationRules& rules, const PublicationViewOptions& options)
      : rules_(rules), options_(options) {}

  absl::StatusOr<std::shared_ptr<PublicationBuilder>> ReadAll(storage::Database& database, uint64_t last) override {
    auto builder = std::make_shared<PublicationBuilder>(rules_, last);
    RETURN_IF_ERROR(view::ReadKind(database, kPublicationKind,
                                   [&](const record::Record& record) { return Put(record, *builder); }));
    return builder;
  }

  absl::Status ReadChanged(storage::ReadTransaction& tx, const changes::ChangeBatch& batch,
                           PublicationBuilder& builder) override {
    return view::ReadChanged(tx, batch.changes, IsPublication,
                             [&](const record::Record& record) { return Put(record, builder); });
  }

  absl::StatusOr<bool> TakeHeard(const changes::ChangeBatch& batch, PublicationBuilder& builder) override {
    std::vector<const record::Record*> records;
    if (!view::RecordsIn(batch.changes, IsPublication, &records)) return false;
    for (const record::Record* record : records) RETURN_IF_ERROR(Put(*record, builder));
    return true;
  }

 private:
  absl::Status Put(const record::Record& record, PublicationBuilder& builder) const {
    return view::PutOrTell(record, options_, builder);
  }

  const PublicationRules& rules_;
  const PublicationViewOptions& options_;
};

struct PublicationView::Parts {
  Parts(storage::Database& database, const PublicationRules& publication_rules, const Clock& clock,
        PublicationViewOptions view_options)
      : options(std::move(view_options)),
        rules(publication_rules),
        content(rules, options),
        followed(database, content, clock, options) {}

  const PublicationViewOptions options;
  const PublicationRules& rules;
  PublicationContent content;
  view::FollowedView<PublicationBuilder> followed;
};

PublicationView::PublicationView(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
PublicationView::~PublicationView() = default;

absl::StatusOr<std::unique_ptr<PublicationView>> PublicationView::Start(storage::Database& database,
                                                                        const PublicationRules& rules,
                                                                        const Clock& clock,
                                                                        PublicationViewOptions options) {
  auto parts = std::make_unique<Parts>(database, rules, clock, std::move(options));
  RETURN_IF_ERROR(parts->followed.Start());
  return std::unique_ptr<PublicationView>(new PublicationView(std::move(parts)));
}

void PublicationView::AddMetrics(telemetry::Metrics& metrics) const {
  metrics.AddGauge("schutznetz_events_view_publications", "Publications that everybody sees.",
                   [this] { return static_cast<double>(Read().version->entered.size()); });
  parts_->followed.AddMetrics(metrics, "schutznetz_events_view_publications", "the view of publications");
}

PublicationReading PublicationView::Read() const { return parts_->followed.Read(); }

void PublicationView::WhenReached(const storage::Position& position, absl::Time deadline,
                                  absl::AnyInvocable<void(absl::Status)> then) {
  parts_->followed.WhenReached(position, deadline, std::move(then));
}

storage::Position PublicationView::position() const { return parts_->followed.position(); }
const wire::MessageTable& PublicationView::table() const { return parts_->rules.table(); }

}  // namespace schutznetz::events
