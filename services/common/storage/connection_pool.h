// Connections shared by threads that read. Internal to storage/.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "services/common/errors/errors.h"
#include "services/common/storage/driver_status.h"

namespace schutznetz::storage {

// Opens a connection when one is needed and none is idle, up to `size`. Thread safe; must outlive its leases.
template <typename Connection>
class ConnectionPool {
 public:
  using OpenConnection = std::function<absl::StatusOr<std::unique_ptr<Connection>>(absl::Time deadline)>;

  // Exclusive use of a connection. Goes back to the pool on destruction unless Discard was called.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->Return(std::move(connection_));
    }
    void Discard() { connection_.reset(); }
    void Replace(std::unique_ptr<Connection> connection) { connection_ = std::move(connection); }
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  ConnectionPool(int size, int waiting_max, OpenConnection open)
      : size_(size), waiting_max_(waiting_max), open_(std::move(open)) {}

  // DEADLINE_EXCEEDED when none gets free in time, UNAVAILABLE when too many wait, or what opening returned.
  absl::StatusOr<Lease> Acquire(absl::Time deadline) {
    if (absl::Now() > deadline) return errors::DeadlinePassed();
    std::unique_lock lock(mutex_);
    if (waiting_ >= waiting_max_) return RefusedForNow();
    ++waiting_;
    const bool in_time = WaitForFree(lock, deadline);
    --waiting_;
    if (!in_time) return errors::DeadlinePassed();
    ++leased_;
    std::unique_ptr<Connection> connection;
    if (!idle_.empty()) {
      connection = std::move(idle_.back());
      idle_.pop_back();
    }
    lock.unlock();
    Lease lease(*this, std::move(connection));
    return lease.operator->() != nullptr ? absl::StatusOr<Lease>(std::move(lease))
                                         : OpenFor(std::move(lease), deadline);
  }

 private:
  bool WaitForFree(std::unique_lock<std::mutex>& lock, absl::Time deadline) {
    const auto is_free = [this] { return leased_ < size_; };
    if (deadline == absl::InfiniteFuture()) {
      changed_.wait(lock, is_free);
      return true;
    }
    return changed_.wait_until(lock, absl::ToChronoTime(deadline), is_free);
  }

  absl::StatusOr<Lease> OpenFor(Lease lease, absl::Time deadline) {
    absl::StatusOr<std::unique_ptr<Connection>> opened = open_(deadline);
    if (!opened.ok()) return opened.status();
    lease.Replace(*std::move(opened));
    return lease;
  }

  void Return(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    --leased_;
    if (connection != nullptr) idle_.push_back(std::move(connection));
    changed_.notify_one();
  }

  const int size_;
  const int waiting_max_;
  const OpenConnection open_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  int leased_ = 0;
  int waiting_ = 0;
};

}  // namespace schutznetz::storage
