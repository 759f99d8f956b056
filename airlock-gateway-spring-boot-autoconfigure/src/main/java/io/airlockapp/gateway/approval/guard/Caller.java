/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.util.function.Supplier;

import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.approval.RequesterSource;
import io.airlockapp.gateway.exchange.ApprovalService;
import org.jspecify.annotations.Nullable;

/**
 * Holds what was read in the thread that called a guarded method or subscribed to its
 * result. Another thread may wait for the approval.
 *
 * @param inTransaction whether the caller is inside an open transaction
 * @param requester the requester of the call, or {@code null} if not known
 * @param failure the reason why the requester cannot be determined, or {@code null}
 */
record Caller(boolean inTransaction, @Nullable String requester, @Nullable ApprovalUnavailableException failure) {

	Caller(boolean inTransaction, @Nullable String requester) {
		this(inTransaction, requester, null);
	}

	/**
	 * Return the caller in the current thread.
	 * @param source supplies the requester source, or {@code null} if there is none
	 * @return the caller
	 */
	static Caller inThread(Supplier<@Nullable RequesterSource> source) {
		return inThread(source, OpenTransactions.isOpenInThread());
	}

	static Caller inThread(Supplier<@Nullable RequesterSource> sources, boolean inTransaction) {
		try {
			RequesterSource source = sources.get();
			return new Caller(inTransaction, (source != null) ? source.findRequester() : null);
		}
		catch (Throwable ex) {
			return failed(inTransaction, ex);
		}
	}

	static Caller failed(boolean inTransaction, Throwable cause) {
		return new Caller(inTransaction, null, ApprovalService.requesterFailed(cause));
	}

	/**
	 * Return the requester of the call.
	 * @return the requester, or {@code null} if unknown
	 * @throws ApprovalUnavailableException if the requester cannot be determined
	 */
	@Nullable String findRequester() {
		if (this.failure != null) {
			throw this.failure;
		}
		return this.requester;
	}

	@Override
	public String toString() {
		return "Caller[inTransaction=%s]".formatted(this.inTransaction);
	}

}
