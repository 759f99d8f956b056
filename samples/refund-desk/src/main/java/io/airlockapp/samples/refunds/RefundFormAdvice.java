package io.airlockapp.samples.refunds;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalDeniedException;
import io.airlockapp.gateway.ApprovalPendingException;
import io.airlockapp.gateway.ApprovalTimeoutException;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.servlet.ModelAndView;

/**
 * Controller advice that shows the form again, with its input, when a refund was not
 * approved.
 */
// tag::advice[]
@ControllerAdvice(assignableTypes = RefundFormController.class)
class RefundFormAdvice {

	@ExceptionHandler
	ModelAndView denied(ApprovalDeniedException ex) {
		return form(HttpStatus.FORBIDDEN, "The refund was denied.").addObject("reason", ex.getReason());
	}

	@ExceptionHandler(ApprovalTimeoutException.class)
	ModelAndView timeout() {
		return form(HttpStatus.GATEWAY_TIMEOUT, "No decision was made in time. You can request it again.");
	}

	@ExceptionHandler(ApprovalPendingException.class)
	ModelAndView pending() {
		return form(HttpStatus.CONFLICT,
				"This refund is waiting for approval already. Approval was not requested again.");
	}

	@ExceptionHandler(AirlockGatewayException.class)
	ModelAndView unavailable() {
		return form(HttpStatus.SERVICE_UNAVAILABLE, "The approval cannot be obtained at the moment.");
	}

	private static ModelAndView form(HttpStatus status, String problem) {
		ModelAndView form = new ModelAndView("refund-form");
		form.setStatus(status);
		return form.addObject("problem", problem);
	}

}
// end::advice[]
