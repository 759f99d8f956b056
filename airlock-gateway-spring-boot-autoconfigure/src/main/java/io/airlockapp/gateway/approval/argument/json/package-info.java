/**
 * Jackson support for writing arguments as canonical, masked and bounded JSON.
 */
@NullMarked
package io.airlockapp.gateway.approval.argument.json;

import org.jspecify.annotations.NullMarked;
