/**
 * Classification of the types of arguments and of guarded methods.
 */
@NullMarked
package io.airlockapp.gateway.approval.argument.type;

import org.jspecify.annotations.NullMarked;
