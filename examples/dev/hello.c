#include <stdio.h>

int main(void) {
  puts("Hello from inside");
  return 0;
}
