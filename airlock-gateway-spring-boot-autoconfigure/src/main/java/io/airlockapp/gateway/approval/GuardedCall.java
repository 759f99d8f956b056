/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import java.util.List;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import org.jspecify.annotations.Nullable;

/**
 * Represents one call of a guarded method. Its string representation contains the method
 * and no argument.
 * <p>
 * Calls are created by the guard. A gate that delegates to another gate passes on the
 * call that it received, since only that one has the arguments of the method.
 */
public interface GuardedCall {

	/**
	 * Return the requester of the call.
	 * @return the requester, or {@code null} if unknown
	 * @throws ApprovalUnavailableException if the requester cannot be determined
	 */
	@Nullable String findRequester();

	/**
	 * Return the name of the pairing whose approvers receive the request.
	 * @return the name of the pairing
	 */
	String getPairing();

	/**
	 * Return the name of the group of approvers who receive the request instead of those
	 * of a pairing.
	 * @return the name of the group, or {@code null} if there is none
	 */
	default @Nullable String findApprovers() {
		return null;
	}

	/**
	 * Return whether the caller is inside an open transaction, regardless of the thread
	 * that waits.
	 * @return whether a transaction was open at the call or subscription
	 */
	boolean isInTransaction();

	/**
	 * Return whether the call may wait for an approval inside an open transaction.
	 * @return whether the annotation allows it
	 */
	boolean isAllowedInTransaction();

	/**
	 * Return the approval request that shows this call. It is created from one snapshot
	 * of the arguments, which is taken at the first use of this call and compared with a
	 * second reading.
	 * @return the request, which is always the same instance
	 * @throws InvalidApprovalUsageException if an argument cannot be shown, changes each
	 * time it is read, or is too large
	 */
	ApprovalRequest toRequest();

	/**
	 * Return a request that contains the method and no argument, for a call that is
	 * decided without an approval request.
	 * @return the request
	 */
	ApprovalRequest toBareRequest();

	/**
	 * Return the beginning of the call as the tokens by which a policy can match it, in
	 * each form in which they may be written. They end before the first argument whose
	 * text could be that of another value.
	 * @return the tokens, one list for each form
	 */
	List<List<String>> commandTokens();

	/**
	 * Return a digest of the method and its arguments. It is the same for equal calls in
	 * this process, and must not leave the process.
	 * @return the digest
	 */
	String comparableDigest();

	/**
	 * Return a key that is unique to each method of each class, unlike the string
	 * representation, which omits packages and parameters.
	 * @return the key
	 */
	String methodKey();

}
