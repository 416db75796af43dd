#include <stdio.h>

#include "print.h"

void print(const char *text)
{
    fputs(text, stdout);
}
