#ifndef INCOHERENT_SIM_CLI_TEXT_TABLE_H_
#define INCOHERENT_SIM_CLI_TEXT_TABLE_H_

// TextTable: rows of cells, printed in aligned columns.
//
//   TextTable table;
//   table.AddRow({"name", "atom"});
//   table.AddRow({"arm-mali-g78", "64"});
//   table.ToString();   // "name          atom\n"
//                       // "arm-mali-g78  64\n"
//
// Every row is one line without trailing blanks, whatever its cells lack.

#include <string>
#include <utility>
#include <vector>

namespace incoherent {

class TextTable {
 public:
  void AddRow(std::vector<std::string> cells) {
    rows_.push_back(std::move(cells));
  }

  std::string ToString() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace incoherent

#endif  // INCOHERENT_SIM_CLI_TEXT_TABLE_H_
