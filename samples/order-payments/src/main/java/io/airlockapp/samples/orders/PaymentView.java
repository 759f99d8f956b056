package io.airlockapp.samples.orders;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

import io.airlockapp.gateway.durable.DurableApproval;
import io.airlockapp.gateway.durable.Resolution;
import org.jspecify.annotations.Nullable;

/**
 * View of an order and its payment.
 *
 * @param order the order
 * @param kind the kind of state, which determines the appearance and the buttons
 * @param title the state
 * @param time the time of the state
 * @param detail the explanation of the state
 */
record PaymentView(Order order, Kind kind, String title, String time, String detail) {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM, HH:mm:ss", Locale.ENGLISH)
		.withZone(ZoneId.systemDefault());

	/**
	 * Create a view.
	 * @param order the order
	 * @param approval the approval of its payment, or {@code null} if it was deleted,
	 * which happens some time after its end
	 * @return the view
	 */
	static PaymentView of(Order order, @Nullable DurableApproval approval) {
		if (approval == null) {
			return switch (order.state()) {
				case PAID -> new PaymentView(order, Kind.PAID, "Paid", "", "");
				case FAILED -> new PaymentView(order, Kind.FAILED, "Failed", "", note(order));
				default -> new PaymentView(order, Kind.ENDED, "Not paid", "", note(order));
			};
		}
		return switch (approval.state()) {
			case RECORDED, SUBMITTED -> new PaymentView(order, Kind.WAITING, "Waiting for approval",
					"since " + at(approval.recordedAt()), waiting(approval));
			case DECIDED -> new PaymentView(order, Kind.WAITING, "Approved", at(approval.decidedAt()),
					"The payment can start until %s.".formatted(at(approval.startBy())));
			case CLAIMED -> new PaymentView(order, Kind.RUNNING, "Being paid", "since " + at(approval.claimedAt()),
					"By %s.".formatted(approval.instance()));
			case CANCELLING -> new PaymentView(order, Kind.RUNNING, "Being cancelled", "", "");
			case UNKNOWN -> new PaymentView(order, Kind.UNKNOWN, "Unknown", "since " + at(approval.claimedAt()),
					"%s did not record the end. %s Look for the transfer %s at the bank.".formatted(approval.instance(),
							committed(approval), approval.id()));
			case DONE -> new PaymentView(order, Kind.PAID, "Paid", at(approval.endedAt()),
					"By %s, as transfer %s.".formatted(approval.instance(), approval.id()));
			case FAILED -> new PaymentView(order, Kind.FAILED, "Failed", at(approval.endedAt()),
					"%s on %s. Look for the transfer %s at the bank, which may have been executed."
						.formatted(approval.problem(), approval.instance(), approval.id()));
			case RESOLVED -> resolved(order, approval);
			case DENIED -> new PaymentView(order, Kind.DENIED, "Denied", at(approval.endedAt()), note(order));
			case CANCELLED -> new PaymentView(order, Kind.ENDED, "Cancelled", at(approval.endedAt()), "");
			case TIMED_OUT -> new PaymentView(order, Kind.ENDED, "Expired", at(approval.endedAt()), note(order));
			case REFUSED -> new PaymentView(order, Kind.ENDED, "Refused", at(approval.endedAt()), note(order));
		};
	}

	private static String waiting(DurableApproval approval) {
		String until = at(approval.expiresAt());
		if (approval.quorum() == 1) {
			return "The approver can decide until %s.".formatted(until);
		}
		return "%s of %s approvals, %s %s asked. The approvers can decide until %s.".formatted(approval.approvals(),
				approval.quorum(), String.join(" and ", approval.asked()),
				(approval.asked().size() == 1) ? "is" : "are", until);
	}

	private static PaymentView resolved(Order order, DurableApproval approval) {
		if (Resolution.RAN.name().equals(approval.problem())) {
			return new PaymentView(order, Kind.PAID, "Paid", at(approval.endedAt()),
					"An operator found the transfer %s.".formatted(approval.id()));
		}
		return new PaymentView(order, Kind.ENDED, "Not paid", at(approval.endedAt()),
				"An operator did not find the transfer %s.".formatted(approval.id()));
	}

	private static String committed(DurableApproval approval) {
		return (approval.committedAt() != null)
				? "Its transaction was committed at %s.".formatted(at(approval.committedAt()))
				: "No transaction of it was committed, so the order is open.";
	}

	private static String note(Order order) {
		return (order.note() != null) ? order.note() : "";
	}

	private static String at(@Nullable Instant time) {
		return (time != null) ? TIME.format(time) : "";
	}

	/**
	 * Enumeration of the kinds of states.
	 */
	enum Kind {

		/**
		 * The payment waits, and can be cancelled.
		 */
		WAITING,

		/**
		 * Something is in progress.
		 */
		RUNNING,

		/**
		 * An operator has to find out whether the order was paid.
		 */
		UNKNOWN,

		/**
		 * The order was paid.
		 */
		PAID,

		/**
		 * The approver denied the payment.
		 */
		DENIED,

		/**
		 * The payment did not take place for another reason.
		 */
		ENDED,

		/**
		 * The payment failed.
		 */
		FAILED

	}

}
