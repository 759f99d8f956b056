package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import org.jspecify.annotations.Nullable;

/**
 * Represents one call of a guarded method. Its text form contains the method and no
 * argument.
 * <p>
 * Calls are created by the guard. A gate that delegates to another passes on the call
 * that it received, since only that one holds the arguments of the method.
 */
public interface GuardedCall {

	/**
	 * Return who causes the call.
	 * @return the requester, or {@code null} if that is not known
	 * @throws ApprovalUnavailableException if it can't be found out
	 */
	@Nullable String findRequester();

	/**
	 * Return the name of the pairing whose approvers are asked.
	 * @return the pairing's name
	 */
	String getPairing();

	/**
	 * Return whether the caller is inside an open transaction, whichever thread waits.
	 * @return whether it was when it called or subscribed
	 */
	boolean isInTransaction();

	/**
	 * Return whether the call may wait for a person inside an open transaction.
	 * @return whether the annotation allows it
	 */
	boolean isAllowedInTransaction();

	/**
	 * Return the request that shows this call to a person. It is made of one snapshot of
	 * the arguments, which is taken at the first use of this call and compared with a
	 * second reading.
	 * @return the request, which is the same each time
	 * @throws InvalidApprovalUsageException if an argument can't be shown, is another one
	 * each time that it is read, or is too large
	 */
	ApprovalRequest toRequest();

	/**
	 * Return whether the arguments still are what {@link #toRequest()} showed.
	 * @return {@code true} if they were shown and have not been changed since
	 */
	boolean isUnchanged();

}
