/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.util.Set;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.client.ratelimit.RequestOrigin;
import org.jspecify.annotations.Nullable;

/**
 * Request for the approval of a group, as it was configured when the approval was
 * requested.
 *
 * @param request the request
 * @param artifactType the type of review that is requested
 * @param group the group, without the pairings of an excluded requester
 * @param persons the persons who own the pairings
 * @param requester the requester, or {@code null} if unknown
 * @param excluded the pairings whose keys do not count, since the requester owns them
 */
record GroupRequest(ApprovalRequest request, String artifactType, ApproverGroup group, Persons persons,
		@Nullable String requester, Set<String> excluded) {

	static GroupRequest of(ApprovalRequest request, String artifactType, RequestOrigin origin, ApproverGroups groups) {
		String name = String.valueOf(request.getApprovers());
		String known = (request.getRequester() != null) ? request.getRequester() : origin.requester();
		return new GroupRequest(request, artifactType, groups.forRequester(name, known), groups.persons(), known,
				groups.excludedPairings(name, known));
	}

	@Override
	public String toString() {
		// The requester is personal data
		return "GroupRequest[request=%s, group=%s]".formatted(this.request, this.group.name());
	}

}
