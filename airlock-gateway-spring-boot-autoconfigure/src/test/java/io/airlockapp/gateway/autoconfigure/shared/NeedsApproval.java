/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure.shared;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * Composed annotation of a library.
 */
@Retention(RetentionPolicy.RUNTIME)
@RequiresAirlockApproval
public @interface NeedsApproval {

}
