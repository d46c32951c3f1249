package io.tlbscope.core.mmu;

import io.tlbscope.core.hook.Access;

/**
 * Who may do what through a translation (Intel SDM vol. 3A, 4.6.1), and what the error code says
 * (4.7).
 */
final class Permissions {
  /** Bits of the page-fault error code. */
  static final int PRESENT = 1, WRITE = 2, USER = 4, RESERVED = 8, FETCH = 16, KEY = 32;

  private Permissions() {}

  /**
   * @param userMode CPL 3, and not one of the processor's own accesses
   * @param ac RFLAGS.AC, false for the processor's own accesses
   */
  static boolean allow(
      PagingMode mode,
      boolean writable,
      boolean user,
      boolean executable,
      Access access,
      boolean userMode,
      boolean ac) {
    if (userMode) {
      return user
          && switch (access) {
            case READ -> true;
            case WRITE -> writable;
            case FETCH -> executable || !mode.nxe;
          };
    }
    return switch (access) {
      case READ -> !user || !mode.smap || ac;
      case WRITE -> (!user || !mode.smap || ac) && (writable || !mode.wp);
      case FETCH -> (executable || !mode.nxe) && !(user && mode.smep);
    };
  }

  /**
   * True if PKRU forbids the access (Intel SDM vol. 3A, 4.6.2).
   *
   * @param pkru two bits a key: access disable, write disable
   * @param user the translation is one of a user page
   */
  static boolean keyForbids(
      PagingMode mode, int pkru, int key, boolean user, Access access, boolean userMode) {
    if (!mode.pke || !user || access == Access.FETCH) {
      return false;
    }
    int rights = pkru >>> 2 * key & 3;
    return (rights & 1) != 0 || rights != 0 && access == Access.WRITE && (userMode || mode.wp);
  }

  static int errorCode(PagingMode mode, int cause, Access access, boolean userMode) {
    return cause
        | (access == Access.WRITE ? WRITE : 0)
        | (userMode ? USER : 0)
        | (access == Access.FETCH && mode.fetchReported ? FETCH : 0);
  }
}
