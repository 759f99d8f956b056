/**
 * Verification, at start and ahead of time, that every guarded method is really guarded.
 */
@NullMarked
package io.airlockapp.gateway.approval.verification;

import org.jspecify.annotations.NullMarked;
