#include "gateway/authentication/caller_lookup.h"

#include <algorithm>
#include <utility>

#include "google/rpc/status.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/status_proto.h"

namespace schutznetz::gateway {
namespace {

constexpr absl::Duration kResolveLimit = absl::Seconds(1);

// Whether the exchange server knows nobody of this credential. Anything else that it says is not the caller's fault.
bool SaysNobody(const UpstreamReply& reply) {
  google::rpc::Status proto;
  return reply.code == absl::StatusCode::kUnauthenticated &&
         proto.ParseFromArray(reply.details.data(), static_cast<int>(reply.details.size())) &&
         errors::ReasonOf(errors::FromProto(proto)) == errors::ReasonOf(errors::CredentialsRequired());
}

}  // namespace

class CallerLookup::Question final : public UpstreamReceiver {
 public:
  Question(CallerLookup& lookup, const Credential& asked) : owner(lookup), credential(asked) {
    credential.key_id = credential.key_secret = {};  // views into a request that may end before the answer comes
  }
  void OnReply(const UpstreamReply& reply) override { owner.Finish(*this, reply); }

  CallerLookup& owner;
  Credential credential;
  int64_t asked_version = 0;
  UpstreamCall* call = nullptr;
  std::vector<CallerWaiter*> waiters;
};

CallerLookup::CallerLookup(CallerDirectory& directory, Upstream& upstream, size_t method,
                           const access::ContextMinter& to_exchange)
    : directory_(directory), upstream_(upstream), method_(method), to_exchange_(to_exchange) {}
CallerLookup::~CallerLookup() = default;

CallerLookup::Question* CallerLookup::Ask(const Credential& credential, CallerWaiter& waiter, bool anew) {
  if (const auto found = by_session_.find(credential.session); !anew && found != by_session_.end()) {
    found->second->waiters.push_back(&waiter);
    return found->second;
  }
  open_.push_back(std::make_unique<Question>(*this, credential));
  Question& question = *open_.back();
  question.waiters.push_back(&waiter);
  question.asked_version = directory_.rights_version();
  by_session_[credential.session] = &question;

  const auto context = to_exchange_.Mint(access::Caller::Program(access::kGatewayName));
  const std::string message = CallerDirectory::QuestionOf(credential).SerializeAsString();
  UpstreamRequest request;
  request.method = method_;
  request.message = message;
  request.timeout = kResolveLimit;
  if (context.ok()) request.caller = **context;  // otherwise the exchange server refuses
  question.call = upstream_.Start(request, question);
  return &question;
}

// Out of all lists, so that nobody joins it any more.
std::unique_ptr<CallerLookup::Question> CallerLookup::Take(Question& question) {
  if (const auto found = by_session_.find(question.credential.session);
      found != by_session_.end() && found->second == &question) {
    by_session_.erase(found);
  }
  const auto place =
      std::find_if(open_.begin(), open_.end(), [&](const auto& open) { return open.get() == &question; });
  std::unique_ptr<Question> taken = std::move(*place);
  *place = std::move(open_.back());
  open_.pop_back();
  return taken;
}

void CallerLookup::Cancel(Question* question, CallerWaiter& waiter) {
  std::erase(question->waiters, &waiter);
  if (!question->waiters.empty() || question->call == nullptr) return;
  upstream_.Cancel(question->call);
  Take(*question);
}

void CallerLookup::Finish(Question& question, const UpstreamReply& reply) {
  const std::unique_ptr<Question> finished = Take(question);
  finished->call = nullptr;
  const absl::StatusOr<access::Caller> caller = AnswerOf(*finished, reply);
  while (!finished->waiters.empty()) {  // one may cancel another meanwhile
    CallerWaiter* const waiter = finished->waiters.back();
    finished->waiters.pop_back();
    waiter->OnCaller(caller);
  }
}

absl::StatusOr<access::Caller> CallerLookup::AnswerOf(const Question& question, const UpstreamReply& reply) {
  if (SaysNobody(reply)) return errors::CredentialsRequired();
  exchange::v1::ResolvedCaller answer;
  if (reply.code != absl::StatusCode::kOk ||
      !answer.ParseFromArray(reply.message.data(), static_cast<int>(reply.message.size()))) {
    return errors::TemporarilyUnavailable(absl::Seconds(1));
  }
  return directory_.Accept(question.credential, answer, question.asked_version);
}

}  // namespace schutznetz::gateway
