/**
 * Metadata of guarded methods: attributes and declarations.
 */
@NullMarked
package io.airlockapp.gateway.approval.method;

import org.jspecify.annotations.NullMarked;
