/**
 * Interception of guarded methods, for blocking, future and reactive return types.
 */
@NullMarked
package io.airlockapp.gateway.approval.interceptor;

import org.jspecify.annotations.NullMarked;
