// What the standard methods must know of one kind of resource: its shape, taken from the descriptor, and its rules,
// written by the area that owns it.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/message.h"
#include "services/common/errors/errors.h"
#include "services/common/record/record.h"
#include "services/common/record/rights.h"
#include "services/common/wire/table.h"
#include "services/common/wire/visibility.h"

namespace schutznetz::record {

class ResourceRules;

// A stored record with what is needed to judge it.
struct Loaded {
  const ResourceRules* rules = nullptr;
  Record record;
  std::unique_ptr<google::protobuf::Message> message;  // the body, parsed
  std::vector<Loaded> parents;                         // in the order of ResourceRules::Shape::parent_fields
  wire::Floors inherited;                              // of all parents, and of its state
  wire::Floors own;                                    // inherited and its own protections: what children inherit
  RecordScope scope;
};

// A resource while it is written, with the records it refers to.
struct Draft {
  google::protobuf::Message& resource;
  const std::vector<Loaded>& parents;  // those that exist, in the order of parent_fields
  wire::Floors own;                    // as in Loaded, with the protections the draft has now

  // The parent of a kind, or null.
  const Loaded* Parent(std::string_view kind) const;
};

// Immutable, thread safe, lives as long as the server. One object per kind.
class ResourceRules {
 public:
  // A field that refers to records of another kind.
  struct ReferenceField {
    const google::protobuf::FieldDescriptor* field = nullptr;  // a string, singular or repeated
    std::string collection;                                    // "organizations"
    bool parent = false;                                       // its protection is inherited

    // Takes these names out of the field.
    void Remove(const std::set<std::string>& names, google::protobuf::Message* resource) const;
    // Puts a name back: at the end of a list, or where there is none.
    void Restore(const std::string& name, google::protobuf::Message* resource) const;
  };

  struct Shape {
    std::string kind;        // "service"
    std::string collection;  // "services"
    const google::protobuf::Message* prototype = nullptr;
    const wire::MessageTable* table = nullptr;  // outlives this object
    std::vector<std::string> parent_fields;     // fields that hold the names of parents, for example "organization"
  };

  // Finds reference, protection and output-only fields in the descriptor. `collections` are the collections whose
  // resources are records; references to others ("lands") are left to Check.
  ResourceRules(Shape shape, const std::vector<std::string>& collections);
  virtual ~ResourceRules() = default;
  ResourceRules(const ResourceRules&) = delete;
  ResourceRules& operator=(const ResourceRules&) = delete;

  // Brings the resource to the form in which it is stored (phones as E.164) and appends everything that is wrong with
  // it, paths relative to the resource. The field options have been enforced before. Must cope with missing parents:
  // their absence is reported elsewhere.
  virtual void Check(const Draft& draft, std::vector<errors::FieldViolation>* violations) const = 0;

  // Sets what the server derives from the rest of the resource, and from what it was before a change (null: it is
  // new). Called before Check, after the fields of the client were taken.
  virtual void Derive(const google::protobuf::Message* /*before*/, google::protobuf::Message* /*resource*/) const {}

  // What its state adds to the protections that it states, as a parent would: a draft is PROTECTED. Changing the state
  // is no lowering.
  virtual wire::Floors FloorsOfState(const google::protobuf::Message&) const { return {}; }

  // Where the resource belongs. Must cope with missing parents.
  virtual RecordScope ScopeOf(const google::protobuf::Message& resource, const std::vector<Loaded>& parents) const = 0;

  // Values that no other live record of the kind may have.
  virtual std::vector<std::string> UniqueValues(const google::protobuf::Message&) const { return {}; }

  const std::string& kind() const { return shape_.kind; }
  const std::string& collection() const { return shape_.collection; }
  const wire::MessageTable& table() const { return *shape_.table; }
  const google::protobuf::Message& prototype() const { return *shape_.prototype; }
  const std::vector<ReferenceField>& references() const { return references_; }

  // "services/{id}".
  std::string NameOf(std::string_view id) const;
  // The names in a reference field, empty ones left out.
  static std::vector<std::string> NamesIn(const google::protobuf::Message& resource, const ReferenceField& reference);
  // Removes what the server makes: withheld, times, etag. Returns the etag that was there.
  std::string TakeServerFields(google::protobuf::Message* resource) const;
  // The resource as Record::body holds it.
  static std::string BodyOf(const google::protobuf::Message& resource) { return resource.SerializeAsString(); }

 private:
  const Shape shape_;
  std::vector<ReferenceField> references_;
};

// The rules of all kinds of a server. Holds no ownership; immutable after construction.
class RuleSet {
 public:
  explicit RuleSet(std::vector<const ResourceRules*> rules) : rules_(std::move(rules)) {}
  // Null when there is none.
  const ResourceRules* OfKind(std::string_view kind) const;
  const ResourceRules* OfCollection(std::string_view collection) const;
  const std::vector<const ResourceRules*>& all() const { return rules_; }

 private:
  std::vector<const ResourceRules*> rules_;
};

}  // namespace schutznetz::record
