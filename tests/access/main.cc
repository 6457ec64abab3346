// access_page: prints docs/access.md.
#include <iostream>

#include "tests/access/access_page.h"

int main() { std::cout << schutznetz::access_page::Page(); }
