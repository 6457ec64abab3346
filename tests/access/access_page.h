// docs/access.md: who may call which method and who sees which field, made from the descriptors and the rules that the
// servers enforce. Also read back by the matrix test, which compares it with what running programs do.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "services/common/access/caller.h"
#include "services/common/record/rights.h"

namespace schutznetz::access_page {

// A caller of the page: "public", or the holder of one role, somewhere.
struct Column {
  std::string name;
  access::Caller caller;
};

// A caller of the table of levels: a role with the place where it holds, against a record of "lands/DE-NW" and
// "networks/own".
struct Row {
  std::string name;
  access::Caller caller;
};

const std::vector<Column>& Columns();
const std::vector<Row>& Rows();
const record::RecordScope& OwnScope();

// All services of the installation, those of programs among themselves included.
const std::vector<const google::protobuf::ServiceDescriptor*>& Services();

// The page.
std::string Page();

// Tables of a page, read back: the cell by row and column title. Rows of methods are named "Service.Method".
using Cells = std::map<std::string, std::map<std::string, std::string>>;
struct ReadPage {
  Cells methods;
  Cells levels;
  size_t fields = 0;  // rows of the tables of fields
};
ReadPage Read(std::string_view page);

}  // namespace schutznetz::access_page
