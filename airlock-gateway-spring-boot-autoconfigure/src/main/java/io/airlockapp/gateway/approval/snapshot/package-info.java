/*
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Arguments of a call as a tree of their fields: complete, masked, and bounded in size.
 * Everything that is shown, compared and approved is derived from this tree.
 */
@NullMarked
package io.airlockapp.gateway.approval.snapshot;

import org.jspecify.annotations.NullMarked;
