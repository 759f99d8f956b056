/**
 * Metadata of guarded methods: attributes, declarations and the pointcut.
 */
@NullMarked
package io.airlockapp.gateway.approval.method;

import org.jspecify.annotations.NullMarked;
