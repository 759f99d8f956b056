/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.method;

import io.airlockapp.gateway.ApprovalRequest;
import org.jspecify.annotations.Nullable;

/**
 * Holds a call of a durable method in the form in which it is stored. The text form
 * contains no argument.
 *
 * @param target the target: the name of the bean, the method, and the erased types of its
 * parameters, as {@code bean#method(types)}
 * @param request the request that shows the call to the approver
 * @param arguments the arguments from which the call is rebuilt. They contain the values
 * that are masked in the request
 * @param comparable the text that equal calls of the target have in common
 * @param requester the requester, or {@code null} if unknown
 */
public record WrittenCall(String target, ApprovalRequest request, String arguments, String comparable,
		@Nullable String requester) {

	@Override
	public String toString() {
		return "WrittenCall[target=%s]".formatted(this.target);
	}

}
