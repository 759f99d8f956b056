/**
 * Small helpers without knowledge of approvals that the other packages share.
 */
@NullMarked
package io.airlockapp.gateway.support;

import org.jspecify.annotations.NullMarked;
