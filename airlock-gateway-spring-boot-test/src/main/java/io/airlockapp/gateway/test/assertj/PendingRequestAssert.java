/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.test.assertj;

import io.airlockapp.gateway.simulator.PendingRequest;
import org.jspecify.annotations.Nullable;

/**
 * Assertions on a request as its approver sees it.
 */
public final class PendingRequestAssert extends AbstractRequestAssert<PendingRequestAssert> {

	PendingRequestAssert(@Nullable PendingRequest actual) {
		super(actual, PendingRequestAssert.class);
	}

}
