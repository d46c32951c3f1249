package io.tlbscope.core.hook;

/** The three kinds of memory access that paging tells apart (Intel SDM vol. 3A, 4.6). */
public enum Access {
  READ,
  WRITE,
  FETCH
}
