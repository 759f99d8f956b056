/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.docs;

import java.util.List;
import java.util.Set;

import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.DurableApprovals;
import io.airlockapp.gateway.durable.DurableState;
import io.airlockapp.gateway.durable.Resolution;

import org.springframework.stereotype.Component;

/**
 * Example of operations on calls whose outcome is not known.
 */
@Component
class PayoutOperations {

	private final DurableApprovals approvals;

	PayoutOperations(DurableApprovals approvals) {
		this.approvals = approvals;
	}

	// tag::unknown[]
	List<DurableApproval> findUnknown() {
		return this.approvals.find(Set.of(DurableState.UNKNOWN), null, 100);
	}

	boolean resolve(DurableApproval approval, boolean transferFound) {
		return this.approvals.resolve(approval.id(), transferFound ? Resolution.RAN : Resolution.DID_NOT_RUN);
	}
	// end::unknown[]

}
